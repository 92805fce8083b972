"""Pages about people; signing in, out and up are allauth's, under the same /account/."""

from django.urls import path

from accounts.views import teams, tokens

app_name = "accounts"
team_urls = [
    path("teams/", teams.create, name="team_create"),
    path("teams/<int:pk>/", teams.team, name="team"),
    path("teams/<int:pk>/invite/", teams.invite, name="invite"),
    path("members/<int:pk>/role/", teams.role, name="role"),
    path("members/<int:pk>/remove/", teams.remove, name="remove"),
    path("invitations/<int:pk>/withdraw/", teams.withdraw, name="withdraw"),
    path("join/<str:token>/", teams.join, name="join"),
]
urlpatterns = [
    path("", tokens.settings, name="settings"),
    path("tokens/", tokens.create_token, name="token_create"),
    path("tokens/<int:pk>/revoke/", tokens.revoke_token, name="token_revoke"),
    *team_urls,
]
