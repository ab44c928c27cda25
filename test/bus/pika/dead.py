"""Shows the dead letters of a queue, and leaves them there: dead.py <queue>"""
import os, sys
import pika

prefix = os.environ.get("BROKER_PREFIX", "")
connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672")))
channel = connection.channel()
queue = f"{prefix}{sys.argv[1]}.dead"
for _ in range(channel.queue_declare(queue, passive=True).method.message_count):
    _, properties, body = channel.basic_get(queue)
    print(f"{properties.headers.get('mr-reason', 'given up by the server')} | {body.decode(errors='replace')}")
connection.close()  # what was looked at and not acked goes back
