package dev.ocean.operator.tenancy;

import dev.ocean.operator.postgres.Row;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What is fixed at a database's creation: data restored into another one would sort and compare differently.
 *
 * @param locale of a provider that is not libc; empty for libc, which has {@code collate} and {@code ctype} alone
 */
public record DatabaseLocale(
        String encoding, String collate, String ctype, Provider provider, Optional<String> locale) {

    /** Who compares texts; {@code pg_database.datlocprovider}. */
    public enum Provider {
        LIBC("c"),
        ICU("i"),
        BUILTIN("b");

        private final String code;

        Provider(String code) {
            this.code = code;
        }

        /** @param name as in {@code CREATE DATABASE … LOCALE_PROVIDER}, and in a backup's manifest */
        public static Provider named(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }

        /** @throws IllegalArgumentException for a code that no supported server has */
        public static Provider of(String code) {
            for (var provider : values()) {
                if (provider.code.equals(code)) {
                    return provider;
                }
            }
            throw new IllegalArgumentException("cannot read locale provider \"" + code + "\"");
        }
    }

    /** A row of {@link RestoreSql#locale}. */
    public static DatabaseLocale read(Row row) {
        return new DatabaseLocale(
                row.requiredText("encoding"),
                row.requiredText("collate"),
                row.requiredText("ctype"),
                Provider.of(Objects.requireNonNullElse(row.text("provider"), Provider.LIBC.code)),
                Optional.ofNullable(row.text("locale")));
    }
}
