"""The form that takes a vendor's price file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from catalog.refresh.vendors import VENDORS

MOST_BYTES = 32 * 2**20
NAMES = {"aws": "Amazon Web Services", "azure": "Microsoft Azure", "gcp": "Google Cloud"}


class PriceFileForm(forms.Form):
    vendor = forms.ChoiceField(label="Vendor", choices=[(one, NAMES[one]) for one in VENDORS])
    file = forms.FileField(
        label="Price file", help_text="As the vendor publishes it, up to 32 MiB; larger ones through the command below"
    )

    def clean_file(self) -> UploadedFile[Any]:
        found: UploadedFile[Any] = self.cleaned_data["file"]
        if (found.size or 0) > MOST_BYTES:
            raise forms.ValidationError("Choose a file of at most 32 MiB; the command reads larger ones")
        return found
