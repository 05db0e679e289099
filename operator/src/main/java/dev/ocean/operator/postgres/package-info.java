/**
 * JDBC, and all of it: the servers, the lanes to them, their health, what their errors mean, and the types that keep foreign text out of SQL. It knows no tenant and
 * no Kubernetes object; {@code java.sql} and pgjdbc are used nowhere else. Rules: {@code docs/design}, "How Ocean talks to PostgreSQL".
 */
@NullMarked
package dev.ocean.operator.postgres;

import org.jspecify.annotations.NullMarked;
