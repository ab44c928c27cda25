"""Serves a call of the service maths: divide/{by}, with {"number": …} as its body."""
import json, os
import pika

prefix = os.environ.get("BROKER_PREFIX", "")
connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672")))
channel = connection.channel()
channel.exchange_declare(prefix + "millrace.rpc", "topic", durable=True)
queue = channel.queue_declare(prefix + "maths.rpc", durable=True).method.queue
channel.queue_bind(queue, prefix + "millrace.rpc", "maths.divide")

def answer(channel, delivery, question, body):
    try:
        result, headers = {"result": json.loads(body)["number"] / int(question.headers["by"])}, {}
    except ZeroDivisionError as error:
        result, headers = {"code": "maths.by-zero", "message": str(error)}, {"mr-error": "maths.by-zero"}
    properties = pika.BasicProperties(
        correlation_id=question.correlation_id, content_type="application/json", headers=headers)
    channel.basic_publish("", question.reply_to, json.dumps(result), properties)
    channel.basic_ack(delivery.delivery_tag)

channel.basic_consume(queue, answer)
print("serving maths", flush=True)
channel.start_consuming()
