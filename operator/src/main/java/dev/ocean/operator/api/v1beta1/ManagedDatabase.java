package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalSelectableField;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One database with its owner role, its login and the Secret that an application reads. */
@JsonClassDescription(
        "A PostgreSQL database with an owner role, a login with limited permissions, and a Secret that an application reads.")
@Group("ocean.dev")
@Version("v1beta1")
@ShortNames("odb")
@Categories("ocean")
@ValidationRule(value = Rules.NAME_IS_LABEL, message = Rules.NAME_IS_LABEL_MESSAGE)
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Database", jsonPath = ".status.databaseName")
@AdditionalPrinterColumn(name = "Project", jsonPath = ".spec.projectRef.name")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Secret", jsonPath = ".status.binding.name", priority = 1)
@AdditionalPrinterColumn(name = "Login", jsonPath = ".status.activeLogin", priority = 1)
@AdditionalPrinterColumn(name = "Message", jsonPath = ".status.conditions[?(@.type==\"Ready\")].message", priority = 1)
@AdditionalSelectableField(jsonPath = ".spec.projectRef.name")
@AdditionalSelectableField(jsonPath = ".spec.instanceRef.name")
public final class ManagedDatabase extends CustomResource<ManagedDatabaseSpec, ManagedDatabaseStatus>
        implements Namespaced {}
