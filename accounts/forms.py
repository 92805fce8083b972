"""Forms about people."""

from __future__ import annotations

from django import forms

from accounts.models import Membership


class TeamForm(forms.Form):
    name = forms.CharField(max_length=120, label="Team name")


class InvitationForm(forms.Form):
    email = forms.EmailField(label="E-mail address")
    role = forms.ChoiceField(choices=Membership.Role.choices, initial=Membership.Role.EDITOR)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Membership.Role.choices)


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, label="What it is for")
