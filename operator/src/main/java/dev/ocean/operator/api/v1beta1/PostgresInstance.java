package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A PostgreSQL server on which databases are made. */
@JsonClassDescription("A PostgreSQL server on which databases are made.")
@Group("ocean.dev")
@Version("v1beta1")
@ShortNames("opgi")
@Categories("ocean")
@ValidationRule(value = Rules.NAME_IS_LABEL, message = Rules.NAME_IS_LABEL_MESSAGE)
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Version", jsonPath = ".status.serverVersion")
@AdditionalPrinterColumn(name = "Host", jsonPath = ".status.endpoint.host")
@AdditionalPrinterColumn(
        name = "Databases",
        jsonPath = ".status.databaseCount",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Message", jsonPath = ".status.conditions[?(@.type==\"Ready\")].message", priority = 1)
public final class PostgresInstance extends CustomResource<PostgresInstanceSpec, PostgresInstanceStatus>
        implements Namespaced {}
