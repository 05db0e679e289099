package dev.ocean.operator.api.v1beta1;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks of a {@link ManagedDatabase}.
 *
 * <p>The rules for the optional immutable fields stand here and not on the fields: a rule with {@code oldSelf} on an optional field does not run when the field
 * appears or goes.
 *
 * @param instanceRef null: the project's
 * @param databaseName null: made of namespace and name
 * @param locale null: the server's
 * @param connectionLimit null: the instance's {@code connectionsPerDatabase}
 * @param parameters keys are PostgreSQL settings, sorted
 * @param restoreFrom null: it begins empty
 * @param deletionPolicy null: nobody wrote one; a value of a newer API version is Retain
 */
@ValidationRule(
        value =
                "has(self.databaseName) == has(oldSelf.databaseName) && (!has(self.databaseName) || self.databaseName == oldSelf.databaseName)",
        message = "must not change, appear or go: `databaseName` is immutable",
        fieldPath = ".databaseName")
@ValidationRule(
        value = "has(self.locale) == has(oldSelf.locale) && (!has(self.locale) || self.locale == oldSelf.locale)",
        message = "must not change, appear or go: `locale` is immutable",
        fieldPath = ".locale")
@ValidationRule(
        value =
                "has(self.restoreFrom) == has(oldSelf.restoreFrom) && (!has(self.restoreFrom) || self.restoreFrom == oldSelf.restoreFrom)",
        message = "must not change, appear or go: `restoreFrom` is immutable",
        fieldPath = ".restoreFrom")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ManagedDatabaseSpec(
        @Required
        @ValidationRule(value = Rules.IMMUTABLE, message = "must not change: `projectRef` is immutable")
        @JsonPropertyDescription("The Project that the database belongs to. Immutable.")
        ProjectReference projectRef,

        @JsonPropertyDescription(
                "The PostgresInstance that the database is on. If it changes, the database is re-pointed: it must exist on the new instance already, nothing is copied, "
                        + "and the one on the old instance is left alone. Default: the project's instance.")
        @Nullable
        InstanceReference instanceRef,

        @Size(min = 1, max = 63)
        @ValidationRule(
                value = "self.matches('^[a-z][a-z0-9_]*$')",
                message = "must start with a lower-case letter and have only lower-case letters, digits and '_'")
        @ValidationRule(
                value = "!self.contains('__')",
                message = "must not contain '__', which stands in the names that Ocean derives from it")
        @ValidationRule(
                value = "!self.startsWith('pg_')",
                message = "must not start with 'pg_', which PostgreSQL keeps for itself")
        @ValidationRule(
                value =
                        "!(self in ['postgres', 'template0', 'template1', 'admin', 'dbos', 'dbosadmin', 'public', 'none', 'user', 'current_user', 'session_user', "
                                + "'rds_superuser', 'cloudsqladmin', 'azuresu'])",
                message =
                        "must not be a name that servers keep for themselves, such as 'postgres', 'template1', 'admin', 'public' or 'user'")
        @JsonPropertyDescription(
                "Name of the database on the server. On an instance of another namespace it must start with this namespace, '-' written as '_', and '_'. Immutable. "
                        + "Default: namespace and name joined by '_', with a hash where that is ambiguous or too long.")
        @Nullable
        String databaseName,

        @Default("UTF8")
        @Size(min = 1, max = 16)
        @ValidationRule(
                value =
                        "self in ['EUC_CN', 'EUC_JIS_2004', 'EUC_JP', 'EUC_KR', 'EUC_TW', 'ISO_8859_5', 'ISO_8859_6', 'ISO_8859_7', 'ISO_8859_8', 'KOI8R', 'KOI8U', "
                                + "'LATIN1', 'LATIN2', 'LATIN3', 'LATIN4', 'LATIN5', 'LATIN6', 'LATIN7', 'LATIN8', 'LATIN9', 'LATIN10', 'SQL_ASCII', 'UTF8', 'WIN866', 'WIN874', "
                                + "'WIN1250', 'WIN1251', 'WIN1252', 'WIN1253', 'WIN1254', 'WIN1255', 'WIN1256', 'WIN1257', 'WIN1258']",
                message =
                        "must be one of PostgreSQL's server encodings, written as in its manual, such as 'UTF8' or 'LATIN1'")
        @ValidationRule(value = Rules.IMMUTABLE, message = "must not change: `encoding` is immutable")
        @JsonPropertyDescription("Character encoding of the database, by PostgreSQL's name. Immutable. Default: UTF8.")
        String encoding,

        @Size(min = 1, max = 64)
        @ValidationRule(
                value = "self.matches('^[A-Za-z0-9][A-Za-z0-9_.@-]*$')",
                message =
                        "must be the name of a locale: letters, digits, '_', '.', '@' and '-', such as 'C.UTF-8' or 'de_DE.utf8'")
        @JsonPropertyDescription(
                "Locale of the database: how text is sorted and classified. Immutable. Default: the server's.")
        @Nullable
        String locale,

        @Min(1)
        @Max(10_000)
        @JsonPropertyDescription(
                "How many connections the application may hold at once; the server's own limit is a few higher. If it is lowered, open connections stay. "
                        + "Connections; default, and at most: `limits.connectionsPerDatabase` of the instance.")
        @Nullable
        Integer connectionLimit,

        @Size(max = 12)
        @ValidationRule(
                value =
                        "self.all(k, k in ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout', 'work_mem', 'timezone', "
                                + "'datestyle', 'intervalstyle', 'search_path', 'default_text_search_config', 'default_transaction_isolation', 'jit'])",
                message =
                        "must have only these keys: 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout', 'work_mem', "
                                + "'timezone', 'datestyle', 'intervalstyle', 'search_path', 'default_text_search_config', 'default_transaction_isolation', 'jit'")
        @ValidationRule(
                value = "self.all(k, self[k].matches('^[A-Za-z0-9_ ,.$\"/:+-]{1,128}$'))",
                message = "must have values of 1 to 128 letters, digits, spaces and characters of '_,.$\"/:+-'")
        @JsonPropertyDescription(
                "Settings of the database (ALTER DATABASE … SET), such as statement_timeout. A change holds for new connections; a key taken out goes back to the server's value. "
                        + "Units as PostgreSQL reads them. Default: none.")
        Map<String, @Size(min = 1, max = 128) String> parameters,

        @Size(max = 64)
        @JsonPropertyDescription(
                "Extensions that the database has; each must be allowed by the instance. Taking one out of the list drops nothing. Default: none.")
        List<Extension> extensions,

        @Size(max = 64)
        @JsonPropertyDescription(
                "Schemas that the database has, owned by its owner role. Taking one out of the list drops nothing. Default: none but `public`.")
        List<Schema> schemas,

        @JsonPropertyDescription("The Secret that the application reads, and when its password changes.") @Nullable
        Credentials credentials,

        @JsonPropertyDescription(
                "Where the first data come from; data that an object of the same namespace and name left behind are taken back instead. Immutable. Default: none, the database begins empty.")
        @Nullable
        RestoreFrom restoreFrom,

        @JsonPropertyDescription(
                "What happens to the data when this object is deleted. `Retain`: the database stays on the server, closed, until an object of the same namespace and name takes it back. "
                        + "`Delete`: it is dropped. Default: Retain, but `onDelete.databases` of its Project while that is being deleted.")
        @Nullable
        DeletionPolicy deletionPolicy,

        @Default("false")
        @JsonPropertyDescription(
                "Whether deletion of this object waits, with the condition DeletionBlocked; it also holds the deletion of its Project. "
                        + "Setting it back to false lets a waiting deletion go on. Default: false.")
        boolean deletionProtection) {

    static final String DEFAULT_ENCODING = "UTF8";

    public ManagedDatabaseSpec {
        encoding = encoding == null ? DEFAULT_ENCODING : encoding;
        parameters = Copies.ofMap(parameters);
        extensions = Copies.ofList(extensions);
        schemas = Copies.ofList(schemas);
    }

    /**
     * An extension of the database.
     *
     * @param version null: the one that the server offers by default, never updated
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Extension(
            @Required
            @Size(min = 1, max = 63)
            @ValidationRule(value = Rules.EXTENSION_NAME, message = Rules.EXTENSION_NAME_MESSAGE)
            @JsonPropertyDescription("Name of the extension, such as `pgcrypto`.")
            String name,

            @Size(min = 1, max = 63)
            @ValidationRule(value = Rules.EXTENSION_VERSION, message = Rules.EXTENSION_VERSION_MESSAGE)
            @JsonPropertyDescription(
                    "Version of the extension. If it changes, the extension is updated to it. Default: what the server offers, and no updates.")
            @Nullable
            String version,

            @Default("public")
            @Size(min = 1, max = 63)
            @ValidationRule(value = Rules.SCHEMA_NAME, message = Rules.SCHEMA_NAME_MESSAGE)
            @ValidationRule(value = Rules.SCHEMA_NOT_RESERVED, message = Rules.SCHEMA_NOT_RESERVED_MESSAGE)
            @JsonPropertyDescription(
                    "Schema in which the extension is made. If it changes, an extension that exists stays where it is. Default: public.")
            String schema) {

        static final String DEFAULT_SCHEMA = "public";

        public Extension {
            schema = schema == null ? DEFAULT_SCHEMA : schema;
        }
    }

    /** A schema of the database. */
    public record Schema(
            @Required
            @Size(min = 1, max = 63)
            @ValidationRule(value = Rules.SCHEMA_NAME, message = Rules.SCHEMA_NAME_MESSAGE)
            @ValidationRule(value = Rules.SCHEMA_NOT_RESERVED, message = Rules.SCHEMA_NOT_RESERVED_MESSAGE)
            @JsonPropertyDescription("Name of the schema.")
            String name) {}

    /** Where the first data of a database come from. */
    public record RestoreFrom(
            @Required
            @JsonPropertyDescription(
                    "The DatabaseBackup, of a database of the same Project, that the database is restored from before it appears.")
            BackupReference backupRef) {}

    /**
     * How the login reaches the application.
     *
     * @param secretName null: {@code <name>-credentials}
     * @param rotateAfterTime null: no rotation; whole seconds
     * @param secretTemplate null: our own keys only
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Credentials(
            @Size(min = 1, max = 253)
            @ValidationRule(value = Rules.DNS_SUBDOMAIN, message = Rules.DNS_SUBDOMAIN_MESSAGE)
            @JsonPropertyDescription(
                    "Name of the Secret with the login; one that exists and is not Ocean's is never read or changed. If it changes, a Secret of the new name is written. "
                            + "Default: <name>-credentials.")
            @Nullable
            String secretName,

            @JsonFormat(shape = JsonFormat.Shape.STRING)
            @JsonPropertyDescription(
                    "A point in time, RFC 3339 to the second, after which the login is rotated once; a new value asks for another rotation. Default: never.")
            @Nullable
            Instant rotateAfterTime,

            @JsonPropertyDescription("Labels, annotations and keys of your own for the Secret. Default: none.")
            @Nullable
            SecretTemplate secretTemplate) {

        public Credentials {
            rotateAfterTime = rotateAfterTime == null ? null : rotateAfterTime.truncatedTo(ChronoUnit.SECONDS);
        }
    }

    /** What users add to the Secret. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record SecretTemplate(
            @Size(max = 32)
            @ValidationRule(value = Rules.LABEL_KEYS, message = Rules.LABEL_KEYS_MESSAGE)
            @ValidationRule(value = Rules.LABEL_VALUES, message = Rules.LABEL_VALUES_MESSAGE)
            @ValidationRule(value = Rules.KEYS_NOT_OURS, message = Rules.KEYS_NOT_OURS_MESSAGE)
            @JsonPropertyDescription(
                    "Labels of the Secret. One taken out of the map is removed from the Secret. Default: none.")
            Map<String, @Size(max = 63) String> labels,

            @Size(max = 32)
            @ValidationRule(value = Rules.LABEL_KEYS, message = Rules.LABEL_KEYS_MESSAGE)
            @ValidationRule(value = Rules.KEYS_NOT_OURS, message = Rules.KEYS_NOT_OURS_MESSAGE)
            @JsonPropertyDescription(
                    "Annotations of the Secret. One taken out of the map is removed from the Secret. Default: none.")
            Map<String, @Size(max = 4096) String> annotations,

            @Size(max = 32)
            @ValidationRule(
                    value = "self.all(k, k.matches('^[A-Za-z0-9._-]{1,253}$') && k != '.' && !k.startsWith('..'))",
                    message =
                            "must have keys of at most 253 letters, digits, '-', '_' and '.', other than '.' and not starting with '..'")
            @ValidationRule(
                    value =
                            "self.all(k, !(k in ['type', 'provider', 'host', 'port', 'username', 'password', 'database', 'uri', 'user', 'dbname', 'jdbc-uri', 'pgpass', "
                                    + "'jdbc-url', 'sslmode', 'ca.crt', 'sslrootcert', 'root.crt', 'PGHOST', 'PGPORT', 'PGUSER', 'PGPASSWORD', 'PGDATABASE', 'PGSSLMODE', "
                                    + "'DATABASE_URL', 'next-username', 'next-password']))",
                    message =
                            "must not have the keys that Ocean writes itself, such as 'username', 'password', 'uri', 'jdbc-url', 'ca.crt', 'PGHOST' or 'DATABASE_URL'")
            @JsonPropertyDescription(
                    "Further keys of the Secret; {{name}} in a value stands for Ocean's key of that name, as in {{jdbc-url}}. One taken out of the map is removed from the Secret. Default: none.")
            Map<String, @Size(max = 4096) String> data) {

        public SecretTemplate {
            labels = Copies.ofMap(labels);
            annotations = Copies.ofMap(annotations);
            data = Copies.ofMap(data);
        }
    }

    /** What happens to the data when the object goes. A value that only a newer version knows keeps them: null is one that nobody wrote. */
    public enum DeletionPolicy {
        @JsonEnumDefaultValue
        @JsonProperty("Retain")
        RETAIN,
        @JsonProperty("Delete")
        DELETE
    }
}
