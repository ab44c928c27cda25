"""Calls an operation and prints its answer: call.py <service> <operation> <body as JSON> [<parameter>=<value> …]"""
import os, sys, uuid
import pika

service, operation, body, *params = sys.argv[1:]
prefix = os.environ.get("BROKER_PREFIX", "")
connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672")))
channel = connection.channel()
channel.confirm_delivery()  # with mandatory: an error when nobody serves it, instead of a long wait
replies = channel.queue_declare("", exclusive=True).method.queue
question = pika.BasicProperties(
    message_id=str(uuid.uuid4()), correlation_id="1", reply_to=replies, expiration="5000",
    content_type="application/json", headers=dict(param.split("=", 1) for param in params))
channel.basic_publish(prefix + "millrace.rpc", f"{service}.{operation}", body, question, mandatory=True)
_, reply, answer = next(channel.consume(replies, auto_ack=True, inactivity_timeout=5))
if reply is None:
    sys.exit("no answer within five seconds")
if "mr-error" in reply.headers:
    sys.exit(f"refused with {reply.headers['mr-error']}: {answer.decode()}")
print(answer.decode())
