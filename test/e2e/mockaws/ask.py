"""Asks AWS, with AWS' own SDK: python3 -c … ENDPOINT REGION

A line that comes in is a list of calls, {"service", "operation", "parameters"}, the operation as boto3 calls it. The line
that goes out for it is a list of answers, {"answer"} with all pages in one, or {"error"}.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, region = sys.argv[1:]
clients = {}


def client(service):
    if service not in clients:
        clients[service] = boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(s3={"addressing_style": "path"}),
        )
    return clients[service]


def ask(call):
    c, operation, parameters = client(call["service"]), call["operation"], call["parameters"] or {}
    try:
        if c.can_paginate(operation):
            answer = c.get_paginator(operation).paginate(**parameters).build_full_result()
        else:
            answer = getattr(c, operation)(**parameters)
            answer.pop("ResponseMetadata")
        return {"answer": answer}
    except ClientError as e:
        return {"error": str(e)}


for line in sys.stdin:
    print(json.dumps([ask(c) for c in json.loads(line)], default=str), flush=True)
