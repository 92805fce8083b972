from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="database",
            name="provenance",
            field=models.JSONField(default=dict),
        ),
    ]
