"""A grade book client in another language, written from the specification alone. It is given the four values and a vendor key.

Finds a class with a student, writes a category, a line item and a result, corrects the result, and reads everything back.
Prints, as JSON, the statuses of its writes and what it read. Needs nothing but Python's standard library.
"""

import base64
import json
import sys
import urllib.parse
import urllib.request


def call(url, bearer, method="GET", body=None, vendor_key=None):
    headers = {"Authorization": "Bearer " + bearer, "Accept": "application/json"}
    if vendor_key is not None:
        headers["x-vendor-authorization"] = vendor_key
    data = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        data = json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return answer.status, json.loads(text) if text else None


def token(values):
    pair = base64.b64encode(f"{values['clientId']}:{values['clientSecret']}".encode()).decode()
    body = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
    request = urllib.request.Request(values["tokenUrl"], data=body, headers={"Authorization": "Basic " + pair}, method="POST")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["access_token"]


def main():
    values = json.load(sys.stdin)
    is_old = values["version"] == "1.1"
    roster = values["baseUrl"] if is_old else values["baseUrl"] + "/rostering/v1p2"
    grades = values["baseUrl"] if is_old else values["baseUrl"] + "/gradebook/v1p2"
    bearer, key = token(values), values["vendorKey"]

    def read(path, root=grades):
        return call(f"{root}/{path}", bearer, vendor_key=key)[1]

    def put(path, body):
        return call(f"{grades}/{path}", bearer, "PUT", body, key)[0]

    group = read("classes?limit=1", roster)["classes"][0]
    enrolled = read(f"classes/{group['sourcedId']}/students", roster)["users"]
    term = read(f"academicSessions/{group['terms'][0]['sourcedId']}", roster)["academicSession"]
    day = term["startDate"]
    item = {
        "sourcedId": "py-item",
        "title": "Reading log",
        "assignDate": day,
        "dueDate": day,
        "class": {"sourcedId": group["sourcedId"]},
        "category": {"sourcedId": "py-category"},
        "resultValueMin": 0,
        "resultValueMax": 10,
    }
    if is_old:
        period = read(f"terms/{term['sourcedId']}/gradingPeriods", roster)["academicSessions"][0]
        item["gradingPeriod"] = {"sourcedId": period["sourcedId"]}
    else:
        item["school"] = {"sourcedId": group["school"]["sourcedId"]}
    result = {
        "sourcedId": "py-result",
        "lineItem": {"sourcedId": "py-item"},
        "student": {"sourcedId": enrolled[0]["sourcedId"]},
        "score": 7,
        "scoreStatus": "fully graded",
        "scoreDate": day,
    }
    statuses = [
        put("categories/py-category", {"category": {"sourcedId": "py-category", "title": "Reading"}}),
        put("lineItems/py-item", {"lineItem": item}),
        put("results/py-result", {"result": result}),
        put("results/py-result", {"result": {**result, "score": 9}}),
    ]
    below = f"classes/{group['sourcedId']}/lineItems"
    json.dump(
        {
            "statuses": statuses,
            "lineItems": [one["title"] for one in read(below)["lineItems"]],
            "scores": [one["score"] for one in read(f"{below}/py-item/results")["results"]],
            "student": read("results/py-result")["result"]["student"]["sourcedId"] == enrolled[0]["sourcedId"],
        },
        sys.stdout,
    )


main()
