"""The hub's pages in the Airflow UI: what is asked of the tables, how it is drawn and said.

Reads ids, codes, states, counts and times, never a sealed value. Knows nothing of Airflow: who may see and
do what is decided where the routes are (`dags/plugins`). A page is a module with its queries and a template.
"""
