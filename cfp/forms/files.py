from django import forms

from scale import uploads


class FileForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="PDF, ODP, PPTX, Keynote, ODT, DOCX, ZIP, text, PNG or JPEG, at most 10 MB.",
        widget=forms.FileInput(attrs={"accept": ",".join(uploads.DOCUMENTS)}),
    )
    is_slides = forms.BooleanField(required=False, label="These are the slides")

    def clean_file(self):
        upload = self.cleaned_data["file"]
        self.name = uploads.check_document(upload)
        return upload
