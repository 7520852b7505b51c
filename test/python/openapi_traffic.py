"""Shares traffic between services with the generated OpenAPI client, unmodified; prints what it saw as JSON."""

import json
import time

from alibabacloud_eas20210701 import models
from openapi_connection import client, model_path, region


def create(name, **top_level):
    config = {
        "processor": "pmml",
        "model_path": model_path,
        "metadata": {"name": name, "group": "ranking", "instance": 1, "cpu": 0.1},
        **top_level,
    }
    client.create_service(models.CreateServiceRequest(body=json.dumps(config)))
    for _ in range(600):
        if client.describe_service(region, name).body.status == "Running":
            return
        time.sleep(0.1)
    raise TimeoutError(f"{name} is not Running")


def state(name):
    service = client.describe_service(region, name).body
    return [service.service_group, service.traffic_state]


def mirror():
    described = client.describe_service_mirror(region, "stable").body
    return [described.target, described.ratio]


seen = {}
create("stable", networking={"traffic_state": "grouping"})
create("candidate")
seen["states"] = [state("stable"), state("candidate")]
group = client.describe_group(region, "ranking").body
seen["group"] = [group.name, group.cluster_id, group.traffic_mode]
groups = client.list_groups(models.ListGroupsRequest(filter="rank", page_size=10)).body
seen["groups"] = [groups.total_count, [item.name for item in groups.groups]]
addresses = client.describe_group_endpoints(region, "ranking").body
seen["endpoints"] = [addresses.access_token == group.access_token, len(addresses.endpoints) > 0]
client.release_service(region, "candidate", models.ReleaseServiceRequest(traffic_state="grouping"))
seen["released"] = state("candidate")
client.create_service_mirror(
    region, "stable", models.CreateServiceMirrorRequest(target=["candidate"], ratio=20)
)
seen["mirrored"] = mirror()
client.update_service_mirror(
    region, "stable", models.UpdateServiceMirrorRequest(target=["candidate"], ratio=50)
)
seen["remirrored"] = mirror()
client.delete_service_mirror(region, "stable")
try:
    seen["unmirrored"] = mirror()
except Exception as error:  # The generated clients raise their own class for every code.
    seen["unmirrored"] = getattr(error, "code", str(error))
for name in ("candidate", "stable"):
    client.delete_service(region, name)
print(json.dumps(seen))
