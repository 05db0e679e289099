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

/** Puts a backup in the place of a live database, once; the old data is kept for a while, so that it can be undone. */
@JsonClassDescription(
        "Puts a backup in the place of a live database, once. The old data is kept for a while, so that it can be undone.")
@Group("ocean.dev")
@Version("v1beta1")
@ShortNames("orst")
@Categories("ocean")
@ValidationRule(value = Rules.NAME_IS_LABEL, message = Rules.NAME_IS_LABEL_MESSAGE)
@AdditionalPrinterColumn(name = "Complete", jsonPath = ".status.conditions[?(@.type==\"Complete\")].status")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Database", jsonPath = ".spec.databaseRef.name")
@AdditionalPrinterColumn(name = "Backup", jsonPath = ".spec.backupRef.name")
@AdditionalPrinterColumn(
        name = "Finished",
        jsonPath = ".status.completionTime",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
        name = "Outage-Ms",
        jsonPath = ".status.outageMillis",
        type = AdditionalPrinterColumn.Type.INTEGER,
        priority = 1)
@AdditionalPrinterColumn(name = "Previous", jsonPath = ".status.previousDatabase.name", priority = 1)
@AdditionalPrinterColumn(name = "Message", jsonPath = ".status.conditions[?(@.type==\"Ready\")].message", priority = 1)
@AdditionalSelectableField(jsonPath = ".spec.databaseRef.name")
public final class DatabaseRestore extends CustomResource<DatabaseRestoreSpec, DatabaseRestoreStatus>
        implements Namespaced {}
