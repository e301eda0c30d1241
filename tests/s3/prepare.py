"""Runs in the S3 server's own environment: a person with an access key and a bucket. Prints the key. Four calls, as INITIAL_NO_AUTH_ACTION_COUNT says."""

import json
import sys

import boto3

endpoint, bucket = sys.argv[1:]
anybody = {
    "endpoint_url": endpoint,
    "region_name": "eu-central-1",
    "aws_access_key_id": "nobody",
    "aws_secret_access_key": "nothing",
}
iam = boto3.client("iam", **anybody)
iam.create_user(UserName="tipline")
key = iam.create_access_key(UserName="tipline")["AccessKey"]
allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
iam.put_user_policy(UserName="tipline", PolicyName="all", PolicyDocument=json.dumps(allow))
boto3.client("s3", **anybody).create_bucket(
    Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
)
print(json.dumps([key["AccessKeyId"], key["SecretAccessKey"]]))
