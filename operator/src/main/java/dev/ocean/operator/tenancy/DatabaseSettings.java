package dev.ocean.operator.tenancy;

import java.util.List;
import java.util.Optional;

/**
 * How a database is to be on the server.
 *
 * @param encoding fixed at creation
 * @param locale fixed at creation; empty for the server's own
 * @param loginLimit connections of one login: the application's and a few for dumps and probes
 * @param parameters sorted by name
 */
public record DatabaseSettings(
        String encoding, Optional<String> locale, int loginLimit, List<DatabaseParameter> parameters) {

    /** A dump takes 2 connections, a restore 3, a probe 1: the application must not starve them. */
    public static final int RESERVED_CONNECTIONS = 4;

    /** What an object asks for that says nothing of it. */
    private static final String DEFAULT_ENCODING = "UTF8";

    public DatabaseSettings {
        parameters = List.copyOf(parameters);
    }

    /**
     * The locale of a database that comes from a dump: what was asked for, and else the dumped one's, or the data would sort and compare differently.
     *
     * @param dumped of the database that was dumped
     */
    public DatabaseLocale bornFrom(DatabaseLocale dumped) {
        var chosen = encoding.equals(DEFAULT_ENCODING) ? dumped.encoding() : encoding;
        return locale.map(
                        name -> new DatabaseLocale(chosen, name, name, DatabaseLocale.Provider.LIBC, Optional.empty()))
                .orElseGet(() -> new DatabaseLocale(
                        chosen, dumped.collate(), dumped.ctype(), dumped.provider(), dumped.locale()));
    }
}
