"""Schedules of other systems come in here: read, match, write, publish, report.

`read` looks at the content and hands it to one of three readers (`signs`, `frab`,
`c3voc`), which all make the same `Source` of `Item`s. `match` finds the rows an
entry already has, `apply` writes what differs, `place` decides which times and
rooms can stand beside each other, and what can is published as one release.
Everything that was not taken as it stands in the file is a line of the `report`.
"""
