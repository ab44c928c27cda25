"""Sends plain text to a route that the headers name: send_text.py <service> <route> <text> [<parameter>=<value> …]"""
import os, sys
import pika

service, route, text, *params = sys.argv[1:]
prefix = os.environ.get("BROKER_PREFIX", "")
connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672")))
channel = connection.channel()
channel.confirm_delivery()
headers = {"route": route, **dict(param.split("=", 1) for param in params)}
message = pika.BasicProperties(headers=headers, content_type="text/plain", delivery_mode=2)
channel.basic_publish(prefix + "millrace.commands", service, text, message, mandatory=True)
connection.close()
