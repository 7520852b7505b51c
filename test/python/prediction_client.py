"""Makes the calls that are asked for with the official prediction client, unmodified; prints what it saw as JSON.

Standard input: a JSON list of calls {"endpoint", "service", "token", "direct", "body", "bytes", "gzip", "times", "compressed"}.
"""

import gzip
import json
import sys

from eas_prediction import PredictClient, StringRequest
from eas_prediction.exception import PredictException
from eas_prediction.predict_client import ENDPOINT_TYPE_DIRECT


def client(call):
    made = PredictClient(call["endpoint"], call["service"])
    if call.get("direct"):
        made.set_endpoint_type(ENDPOINT_TYPE_DIRECT)
    made.set_token(call.get("token", ""))
    if call.get("compressed"):
        made.add_extra_headers({"Accept-Encoding": "gzip"})
    made.init()
    made.logger.setLevel(100)  # It logs to stdout, which is for the answer.
    return made


def answer(made, call):
    body = call["body"].encode() if call.get("bytes") else call["body"]
    if call.get("gzip"):
        body = gzip.compress(body.encode())
    data = made.predict(StringRequest(body)).response_data
    text = data.decode()
    try:
        return json.loads(text)
    except ValueError:
        return text


def outcome(call):
    made = client(call)
    try:
        answers = [answer(made, call) for _ in range(call.get("times", 1))]
        return answers[0] if len(answers) == 1 else len(answers)
    except PredictException as error:
        return {"status": error.code}
    finally:
        made.destroy()


json.dump([outcome(call) for call in json.load(sys.stdin)], sys.stdout)
