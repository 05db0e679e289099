package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.Row;
import dev.ocean.operator.postgres.SqlIdentifier;
import dev.ocean.operator.postgres.SqlStatement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a tenant's own login makes and sees in its database: schemas, trusted extensions, and who it is. The admin never runs these: CREATE EXTENSION executes a
 * script where the tenant could have planted operators.
 */
public final class TenantFurniture {

    private TenantFurniture() {}

    /** What is asked for, in the order in which it can be made: an extension's schema before the extension. All may be repeated; nothing is dropped. */
    public static List<SqlStatement> create(List<SqlIdentifier> schemas, List<Extension> extensions) {
        var statements = new ArrayList<SqlStatement>();
        schemas.forEach(schema -> statements.add(createSchema(schema)));
        for (var extension : extensions) {
            if (!extension.schema().equals("public")) {
                statements.add(createSchema(SqlIdentifier.of(extension.schema())));
            }
            statements.add(createExtension(extension));
            extension
                    .version()
                    .ifPresent(version -> statements.add(SqlStatement.of(
                                    "update-extension",
                                    "ALTER EXTENSION {} UPDATE TO {}",
                                    SqlIdentifier.of(extension.name()),
                                    SqlIdentifier.of(version))
                            .slow()));
        }
        return List.copyOf(statements);
    }

    private static SqlStatement createSchema(SqlIdentifier schema) {
        return SqlStatement.of("create-schema", "CREATE SCHEMA IF NOT EXISTS {}", schema);
    }

    static SqlStatement createExtension(Extension extension) {
        var name = SqlIdentifier.of(extension.name());
        var schema = SqlIdentifier.of(extension.schema());
        return extension
                .version()
                .map(version -> SqlStatement.of(
                        "create-extension",
                        "CREATE EXTENSION IF NOT EXISTS {} SCHEMA {} VERSION {}",
                        name,
                        schema,
                        SqlIdentifier.of(version)))
                .orElseGet(() -> SqlStatement.of(
                        "create-extension", "CREATE EXTENSION IF NOT EXISTS {} SCHEMA {}", name, schema))
                .slow();
    }

    /** Who we are and which extensions there are; {@link #read} takes its rows. */
    public static SqlStatement look() {
        return SqlStatement.of(
                "probe",
                "SELECT CURRENT_USER::pg_catalog.text AS role, SESSION_USER::pg_catalog.text AS login, e.extname::pg_catalog.text AS name, e.extversion AS version"
                        + " FROM (SELECT 1) AS one LEFT JOIN pg_catalog.pg_extension AS e ON e.extname <> 'plpgsql'");
    }

    /** What the login saw of itself and its database. */
    public static Sight read(Collection<Row> rows) {
        var extensions = new TreeMap<String, String>();
        var role = "";
        var login = "";
        for (var row : rows) {
            role = row.requiredText("role");
            login = row.requiredText("login");
            if (row.text("name") != null) {
                extensions.put(row.requiredText("name"), row.requiredText("version"));
            }
        }
        return new Sight(role, login, extensions);
    }

    /**
     * @param role {@code current_user}: the owner role, if all is well
     * @param login {@code session_user}
     * @param extensions installed versions by name, without PL/pgSQL
     */
    public record Sight(String role, String login, Map<String, String> extensions) {
        public Sight {
            extensions = Map.copyOf(extensions);
        }
    }

    /** Which versions of extensions the server offers and whether a database owner may make them. */
    public static SqlStatement available(List<String> names) {
        return SqlStatement.of(
                        "available-extensions",
                        "SELECT DISTINCT v.name::pg_catalog.text AS name, v.version, v.trusted FROM pg_catalog.pg_available_extension_versions AS v"
                                + " WHERE v.name = ANY (?::pg_catalog.name[])")
                .withTexts(names);
    }
}
