"""A room in the admin, with the picture that shows where it is."""

from django import forms

from scale import uploads

from ..models import Room

MAP_PIXELS = 1600


class RoomForm(forms.ModelForm):
    new_map = forms.FileField(
        required=False,
        label="Map",
        help_text=f"Where the room is in the house. {uploads.PICTURES}",
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
    )
    remove_map = forms.BooleanField(required=False, label="Take the map away")

    class Meta:
        model = Room
        exclude = ()  # what the admin shows is its affair  # noqa: DJ006

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.map and "remove_map" in self.fields:
            del self.fields["remove_map"]

    def clean_new_map(self):
        upload = self.cleaned_data["new_map"]
        return uploads.clean_picture(upload, size=MAP_PIXELS) if upload else None

    def clean(self):
        said = super().clean() or self.cleaned_data
        stays = self.instance.map and not said.get("remove_map")
        if (said.get("new_map") or stays) and not said.get("map_alt"):
            self.add_error("map_alt", "Say in words what the map shows.")
        return said

    def map_wanted(self):
        """For `actions.save_room`: a picture, False to remove the old one, or None."""
        return self.cleaned_data.get("new_map") or (
            False if self.cleaned_data.get("remove_map") else None
        )
