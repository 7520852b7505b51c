"""Calls a service with the official prediction client, unmodified; prints what it saw as JSON."""

import json
import sys

from eas_prediction import PredictClient, StringRequest
from eas_prediction.exception import PredictException

endpoint, name, token = sys.argv[1:4]


def client(service=name, key=token):
    made = PredictClient(endpoint, service)
    made.set_token(key)
    made.init()
    return made


def text(made, body):
    response = made.predict(StringRequest(body))
    value = response.response_data if hasattr(response, "response_data") else response
    return json.loads(value.decode() if isinstance(value, bytes) else str(value))


def status(made, body):
    try:
        text(made, body)
        return 200
    except PredictException as error:
        return error.code


print(
    json.dumps(
        {
            "signed": text(client(), "[{}]"),
            "many": len([text(client(), "[{},{}]") for _ in range(20)]),
            "wrong_token": status(client(key="wrong"), "[{}]"),
            "no_service": status(client(service="nobody"), "[{}]"),
            "bad_field": status(client(), '[{"age":"old"}]'),
            "bad_json": status(client(), "[{"),
        }
    )
)
