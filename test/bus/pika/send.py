"""Sends JSON under a routing key: send.py commands|events <routing key> <body>, such as send.py events plant.north.alarm 42"""
import os, sys, uuid
import pika

kind, routing_key, body = sys.argv[1:]
prefix = os.environ.get("BROKER_PREFIX", "")
connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672")))
channel = connection.channel()
channel.confirm_delivery()  # from here on basic_publish returns when the broker has the message
message = pika.BasicProperties(message_id=str(uuid.uuid4()), content_type="application/json", delivery_mode=2)
channel.basic_publish(f"{prefix}millrace.{kind}", routing_key, body, message, mandatory=True)
connection.close()
