"""Drives a service's life with the generated OpenAPI client, unmodified; prints what it saw as JSON."""

import json
import time

from alibabacloud_eas20210701 import models
from openapi_connection import client, model_path, region

name = "generated_client"


def service():
    return client.describe_service(region, name).body


def wait_for(status):
    for _ in range(600):
        if service().status == status:
            return
        time.sleep(0.1)
    raise TimeoutError(f"not {status}: {service().status}: {service().message}")


seen = {}
config = {
    "name": name,
    "processor": "pmml",
    "model_path": model_path,
    "metadata": {"instance": 1, "cpu": 0.1},
}
created = client.create_service(
    models.CreateServiceRequest(body=json.dumps(config), labels={"team": "risk"})
).body
seen["created"] = {"name": created.service_name, "status": created.status, "region": created.region}
wait_for("Running")
described = service()
seen["described"] = {
    "status": described.status,
    "version": described.current_version,
    "running": described.running_instance,
    "labels": [[label.label_key, label.label_value] for label in described.labels],
    "config_name": json.loads(described.service_config)["name"],
}
listed = client.list_services(models.ListServicesRequest(filter="generated", page_size=10)).body
seen["listed"] = [listed.total_count, [item.service_name for item in listed.services]]
seen["updated"] = client.update_service(
    region, name, models.UpdateServiceRequest(body=json.dumps({"processor": "pmml", "model_path": model_path}))
).body.message
for _ in range(600):
    if service().status == "Running" and service().current_version == 2:
        break
    time.sleep(0.1)
versions = client.list_service_versions(region, name, models.ListServiceVersionsRequest()).body
seen["versions"] = [versions.total_count, [v.image_id for v in versions.versions]]
seen["switched"] = client.update_service_version(
    region, name, models.UpdateServiceVersionRequest(version=1)
).body.message
wait_for("Running")
# This generation of the client has no scale_service; changing the count alone is the same.
seen["scaled"] = client.update_service(
    region, name, models.UpdateServiceRequest(body=json.dumps({"metadata": {"instance": 2}}))
).body.message
for _ in range(600):
    instances = client.list_service_instances(region, name, models.ListServiceInstancesRequest()).body
    # Those of the version before may still be draining.
    if {i.status for i in instances.instances} == {"Running"} and instances.total_count == 2:
        break
    time.sleep(0.1)
seen["instances"] = [instances.total_count, sorted({i.status for i in instances.instances})]
logs = client.describe_service_log(region, name, models.DescribeServiceLogRequest(keyword="start")).body
seen["logs"] = logs.total_count > 0 and all("start" in line.lower() for line in logs.logs)
events = client.describe_service_event(region, name, models.DescribeServiceEventRequest()).body
seen["events"] = events.total_count > 0
endpoints = client.describe_service_endpoints(region, name).body
seen["endpoints"] = [endpoints.access_token == described.access_token, endpoints.endpoints[0].endpoint_type]
client.update_service_label(region, name, models.UpdateServiceLabelRequest(labels={"stage": "test"}))
client.delete_service_label(region, name, models.DeleteServiceLabelRequest(keys=["team"]))
seen["labels"] = [[label.label_key, label.label_value] for label in service().labels]
seen["locked"] = client.update_service_safety_lock(
    region, name, models.UpdateServiceSafetyLockRequest(lock="dangerous")
).body.message
try:
    client.delete_service(region, name)
    seen["lock_refuses"] = False
except Exception as error:  # The generated clients raise their own class for every code.
    seen["lock_refuses"] = getattr(error, "code", str(error))
client.update_service_safety_lock(region, name, models.UpdateServiceSafetyLockRequest(lock="none"))
seen["restarted"] = client.restart_service(region, name).body.message
wait_for("Running")
seen["stopped"] = client.stop_service(region, name).body.message
wait_for("Stopped")
seen["started"] = client.start_service(region, name).body.message
wait_for("Running")
seen["regions"] = [r.region_id for r in client.describe_regions().body.regions]
seen["deleted"] = client.delete_service(region, name).body.message
print(json.dumps(seen))
