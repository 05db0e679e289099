/** ManagedDatabase: one database, its owner role, its login, its Secret. The model that other capabilities copy. */
@NullMarked
package dev.ocean.operator.database;

import org.jspecify.annotations.NullMarked;
