{% if template %}
NAME = {{ name }}
