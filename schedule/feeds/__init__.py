"""The public schedule as programs read it.

`lines` reads every slot once, with the columns that feeds print and in a number of
statements that does not depend on how many there are. A module for each format
(`ics`, `frab`, `c3voc`, `signs`, `guidebook`) makes the bytes of an answer out of that
and asks nothing more.
"""
