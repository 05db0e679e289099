package dev.ocean.operator.database;

import dev.ocean.operator.api.v1beta1.ManagedDatabase;
import dev.ocean.operator.api.v1beta1.ManagedDatabaseSpec;
import dev.ocean.operator.connection.SecretTemplate;
import dev.ocean.operator.naming.ObjectId;
import dev.ocean.operator.naming.ResourceNames;
import dev.ocean.operator.plan.Subject;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.reference.DatabaseReferences;
import dev.ocean.operator.reference.EffectivePolicy;
import dev.ocean.operator.report.Blocked;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import dev.ocean.operator.tenancy.DatabaseNames;
import dev.ocean.operator.tenancy.DatabaseParameter;
import dev.ocean.operator.tenancy.DatabaseSettings;
import dev.ocean.operator.tenancy.Extension;
import dev.ocean.operator.tenancy.OwnershipMark;
import dev.ocean.operator.tenancy.TenantNames;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a ManagedDatabase asks for, with defaults and references resolved, and checked again in code: an object may have been stored before a rule was.
 *
 * @param generation of the specification
 * @param references where it is to be
 * @param names its database and roles
 * @param mark that makes them ours
 * @param settings of the database
 * @param schemas to be there, in order
 * @param extensions to be there, in order
 * @param secretName of the Secret that applications read
 * @param template what users want in it
 * @param rotateAfter the login is rotated once after it; empty for never
 * @param origin name of the DatabaseBackup that it is born from; empty for none, and once it has been Ready
 * @param policy what becomes of the data when the object goes, and of what is made before
 * @param memory what its status remembers
 */
record DatabaseRequest(
        Subject subject,
        long generation,
        DatabaseReferences references,
        TenantNames names,
        OwnershipMark mark,
        DatabaseSettings settings,
        List<SqlIdentifier> schemas,
        List<Extension> extensions,
        String project,
        String secretName,
        SecretTemplate template,
        Optional<Instant> rotateAfter,
        Optional<String> origin,
        EffectivePolicy policy,
        DatabaseMemory memory) {

    private static final String KIND = "ManagedDatabase";
    private static final Pattern SCHEMA = Pattern.compile("[a-z][a-z0-9_]*");

    DatabaseRequest {
        schemas = List.copyOf(schemas);
        extensions = List.copyOf(extensions);
    }

    ObjectId id() {
        return subject.id();
    }

    /** @throws Blocked {@code InvalidSpec}, with the field and what is allowed */
    static DatabaseRequest parse(ManagedDatabase cr, DatabaseReferences references) {
        var metadata = cr.getMetadata();
        var spec = cr.getSpec();
        var id = new ObjectId(KIND, metadata.getNamespace(), metadata.getName(), metadata.getUid());
        var credentials = Optional.ofNullable(spec.credentials());
        return new DatabaseRequest(
                Subject.of(cr, id, references.key()),
                metadata.getGeneration(),
                references,
                new TenantNames(databaseName(spec, id, references)),
                OwnershipMark.of(references.installation(), references.namespaceUid(), id),
                settings(spec, references),
                spec.schemas().stream()
                        .map(schema -> schema("schemas", schema.name()))
                        .toList(),
                spec.extensions().stream().map(DatabaseRequest::extension).toList(),
                spec.projectRef().name(),
                credentials
                        .map(ManagedDatabaseSpec.Credentials::secretName)
                        .orElseGet(() -> ResourceNames.credentials(id.name())),
                template(credentials.map(ManagedDatabaseSpec.Credentials::secretTemplate)),
                // A restore logs in as the tenant for as long as it takes: a rotation waits for its end.
                references.restoring() || origin(cr).isPresent()
                        ? Optional.empty()
                        : credentials.map(ManagedDatabaseSpec.Credentials::rotateAfterTime),
                origin(cr),
                // Asked for by a removal alone, which knows.
                EffectivePolicy.RETAIN,
                DatabaseMemory.of(cr));
    }

    /**
     * For an object that goes: only where its things are and what becomes of them. A specification that has become invalid must not hold a deletion, so whatever else
     * it asks for is left out.
     *
     * @param policy what becomes of the data now
     */
    static DatabaseRequest parseRemoved(ManagedDatabase cr, DatabaseReferences references, EffectivePolicy policy) {
        var metadata = cr.getMetadata();
        var id = new ObjectId(KIND, metadata.getNamespace(), metadata.getName(), metadata.getUid());
        // What cannot be a name was never made; under the default name, as under any, only what bears this object's
        // mark is touched.
        var database = Optional.ofNullable(cr.getSpec().databaseName())
                .flatMap(SqlIdentifier::parse)
                .orElseGet(() -> DatabaseNames.folded(id.namespace(), id.name()));
        return new DatabaseRequest(
                Subject.of(cr, id, references.key()),
                metadata.getGeneration(),
                references,
                new TenantNames(database),
                OwnershipMark.of(references.installation(), references.namespaceUid(), id),
                new DatabaseSettings("", Optional.empty(), 0, List.of()),
                List.of(),
                List.of(),
                cr.getSpec().projectRef().name(),
                ResourceNames.credentials(id.name()),
                SecretTemplate.NONE,
                Optional.empty(),
                origin(cr),
                policy,
                DatabaseMemory.of(cr));
    }

    private static Optional<String> origin(ManagedDatabase cr) {
        return DatabaseMemory.of(cr).firstReady().isPresent()
                ? Optional.empty()
                : Optional.ofNullable(cr.getSpec().restoreFrom())
                        .map(from -> from.backupRef().name());
    }

    private static SqlIdentifier databaseName(ManagedDatabaseSpec spec, ObjectId id, DatabaseReferences references) {
        var chosen = spec.databaseName();
        if (chosen == null) {
            return DatabaseNames.folded(id.namespace(), id.name());
        }
        var server = references.server();
        DatabaseNames.objection(chosen, server.admin(), server.maintenance())
                .or(() -> references.isShared(id.namespace())
                        ? DatabaseNames.foreignObjection(chosen, id.namespace())
                        : Optional.empty())
                .ifPresent(objection -> invalid("`spec.databaseName` " + objection + "."));
        return SqlIdentifier.of(chosen);
    }

    private static DatabaseSettings settings(ManagedDatabaseSpec spec, DatabaseReferences references) {
        var most = references.connectionsPerDatabase();
        var asked = Optional.ofNullable(spec.connectionLimit()).orElse(most);
        if (asked < 1 || asked > most) {
            invalid("`spec.connectionLimit` must be at least 1 and at most " + most
                    + ", the instance's `limits.connectionsPerDatabase`.");
        }
        var parameters = spec.parameters().entrySet().stream()
                .map(entry -> parameter(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(DatabaseParameter::name))
                .toList();
        return new DatabaseSettings(
                spec.encoding(),
                Optional.ofNullable(spec.locale()),
                asked + DatabaseSettings.RESERVED_CONNECTIONS,
                parameters);
    }

    private static DatabaseParameter parameter(String name, String value) {
        DatabaseParameter.objection(name, value)
                .ifPresent(objection -> invalid("`spec.parameters` key '" + name + "' " + objection + "."));
        return new DatabaseParameter(name, value);
    }

    private static Extension extension(ManagedDatabaseSpec.Extension extension) {
        var version = Optional.ofNullable(extension.version());
        Stream.concat(Stream.of(extension.name()), version.stream())
                .filter(name -> SqlIdentifier.parse(name).isEmpty())
                .findFirst()
                .ifPresent(name -> invalid("`spec.extensions` must have names and versions of 1 to 63 bytes."));
        return new Extension(
                extension.name(),
                version,
                schema("extensions", extension.schema()).value());
    }

    private static SqlIdentifier schema(String field, String name) {
        if (name.length() > SqlIdentifier.MAX_BYTES
                || !SCHEMA.matcher(name).matches()
                || name.startsWith("pg_")
                || name.equals("information_schema")) {
            invalid(
                    "`spec." + field
                            + "` must name schemas by 1 to 63 characters of 'a-z', '0-9', '_', starting with a letter, and none of PostgreSQL's own.");
        }
        return SqlIdentifier.of(name);
    }

    private static SecretTemplate template(Optional<ManagedDatabaseSpec.SecretTemplate> wanted) {
        var template = wanted.map(found -> new SecretTemplate(found.labels(), found.annotations(), found.data()))
                .orElse(SecretTemplate.NONE);
        template.objection().ifPresent(DatabaseRequest::invalid);
        return template;
    }

    private static void invalid(String message) {
        throw Blocked.by(ProblemKind.INVALID, Reason.INVALID_SPEC, message);
    }
}
