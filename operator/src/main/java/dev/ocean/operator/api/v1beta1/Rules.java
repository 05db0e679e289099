package dev.ocean.operator.api.v1beta1;

/**
 * The CEL rules that more than one type uses, and their messages. The expressions are checked by a real API server in {@code CustomResourceValidationIT};
 * the request parsers check the same again in code.
 *
 * <p>A rule stands on the smallest object that decides it, never on the root: an object that breaks a root rule refuses every write, its finalizer included.
 */
final class Rules {

    /** The only root rule; it can never turn false for a stored object, because a name cannot change. */
    static final String NAME_IS_LABEL = "size(self.metadata.name) <= 63 && !self.metadata.name.contains('.')";

    static final String NAME_IS_LABEL_MESSAGE =
            "must have a `metadata.name` of at most 63 characters without '.', because it becomes a label value";

    static final String IMMUTABLE = "self == oldSelf";

    static final String DNS_LABEL = "self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')";
    static final String DNS_LABEL_MESSAGE =
            "must be lower-case letters, digits and '-', with a letter or digit at both ends";

    static final String DNS_SUBDOMAIN =
            "self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$')";
    static final String DNS_SUBDOMAIN_MESSAGE =
            "must be lower-case letters, digits, '-' and '.', with a letter or digit at both ends of each part";

    static final String EXTENSION_NAME = "self.matches('^[a-z][a-z0-9_-]*$')";
    static final String EXTENSION_NAME_MESSAGE =
            "must be the name of an extension: lower-case letters, digits, '_' and '-', starting with a letter, such as 'pgcrypto' or 'uuid-ossp'";

    /** What {@code CREATE EXTENSION} accepts, without the characters that would end a script's file name. */
    static final String EXTENSION_VERSION =
            "self.matches('^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$') && !self.contains('--')";

    static final String EXTENSION_VERSION_MESSAGE =
            "must be a version of an extension: letters, digits, '.', '_' and single '-', such as '1.3'";

    static final String SCHEMA_NAME = "self.matches('^[a-z][a-z0-9_]*$')";
    static final String SCHEMA_NAME_MESSAGE =
            "must start with a lower-case letter and have only lower-case letters, digits and '_'";

    static final String SCHEMA_NOT_RESERVED = "!self.startsWith('pg_') && self != 'information_schema'";
    static final String SCHEMA_NOT_RESERVED_MESSAGE =
            "must not be 'information_schema' and not start with 'pg_': PostgreSQL keeps these schemas for itself";

    private static final String QUALIFIED_NAME =
            ".matches('^([a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$')";

    /** A key of a label or annotation, as the API server will want it on the Secret. */
    static final String LABEL_KEY = "self" + QUALIFIED_NAME + " && self.indexOf('/') <= 253";

    static final String LABEL_KEY_MESSAGE =
            "must be of the form 'name' or 'prefix/name', with a DNS name of at most 253 characters as prefix and at most 63 letters, digits, '-', '_' and '.' as name";

    static final String LABEL_KEYS = "self.all(k, k" + QUALIFIED_NAME + " && k.indexOf('/') <= 253)";

    static final String LABEL_KEYS_MESSAGE =
            "must have keys of the form 'name' or 'prefix/name', with a DNS name of at most 253 characters as prefix and at most 63 letters, digits, '-', '_' and '.' as name";

    static final String LABEL_VALUES = "self.all(k, self[k].matches('^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$'))";
    static final String LABEL_VALUES_MESSAGE =
            "must have values of letters, digits, '-', '_' and '.', with a letter or digit at both ends, or empty values";

    /** A tenant must not give its Secret the labels by which we find our own objects or trust an admin's credentials. */
    static final String KEYS_NOT_OURS =
            "self.all(k, !k.startsWith('ocean.dev/') && !k.startsWith('app.kubernetes.io/'))";

    static final String KEYS_NOT_OURS_MESSAGE =
            "must not have keys that start with 'ocean.dev/' or 'app.kubernetes.io/': Ocean sets these itself";

    private Rules() {}
}
