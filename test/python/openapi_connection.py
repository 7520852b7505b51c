"""The generated OpenAPI client, unmodified, of the installation a program is started with."""

import sys

from alibabacloud_eas20210701.client import Client
from alibabacloud_tea_openapi.models import Config

endpoint, key_id, key_secret, model_path = sys.argv[1:5]
region = "local"
client = Client(
    Config(
        access_key_id=key_id,
        access_key_secret=key_secret,
        endpoint=endpoint,
        protocol="http",
        region_id=region,
        read_timeout=10000,
    )
)
