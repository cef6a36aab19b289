"""A OneRoster consumer in another language, written from the specification alone. It is given the four values and a style.

Prints, as JSON, the sourcedIds of everything that it could read. Needs nothing but Python's standard library.
"""

import base64
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

SCOPES = ["roster-core.readonly", "roster.readonly", "roster-demographics.readonly"]
COLLECTIONS = {
    "orgs": "orgs",
    "schools": "orgs",
    "academicSessions": "academicSessions",
    "terms": "academicSessions",
    "gradingPeriods": "academicSessions",
    "courses": "courses",
    "classes": "classes",
    "users": "users",
    "students": "users",
    "teachers": "users",
    "enrollments": "enrollments",
    "demographics": "demographics",
}


def token(values, style):
    form = {"grant_type": "client_credentials"}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if style == "1.1":
        # As many clients of the first years do it: credentials in the body, and no scope at all.
        form["client_id"], form["client_secret"] = values["clientId"], values["clientSecret"]
    else:
        pair = ":".join(urllib.parse.quote(values[name], safe="") for name in ("clientId", "clientSecret"))
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        prefix = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
        form["scope"] = " ".join(prefix + scope for scope in SCOPES)
    body = urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(values["tokenUrl"], data=body, headers=headers, method="POST")
    with urllib.request.urlopen(request) as answer:
        got = json.load(answer)
    assert got["token_type"].lower() == "bearer" and isinstance(got["expires_in"], int)
    return got["access_token"]


def read_all(root, collection, bearer):
    ids, url = [], f"{root}/{collection}?limit=50"
    while url:
        request = urllib.request.Request(url, headers={"Authorization": "Bearer " + bearer})
        with urllib.request.urlopen(request) as answer:
            page = json.load(answer)[COLLECTIONS[collection]]
            link = answer.headers.get("Link", "")
        ids += [one["sourcedId"] for one in page]
        following = re.search(r'<([^>]+)>;\s*rel="next"', link)
        url = following.group(1) if following else None
    return ids


def main():
    values = json.load(sys.stdin)
    style = values["version"]
    root = values["baseUrl"] if style == "1.1" else values["baseUrl"] + "/rostering/v1p2"
    bearer = token(values, style)
    seen = {}
    for collection in COLLECTIONS:
        try:
            seen[collection] = read_all(root, collection, bearer)
        except urllib.error.HTTPError as error:
            seen[collection] = error.code
    json.dump(seen, sys.stdout)


main()
