package dev.skerry.control.purge;

import dev.skerry.config.protocol.PurgeRecord.Scope;

/**
 * What one purge names.
 *
 * @param value as {@link dev.skerry.config.protocol.PurgeRecord} wants it
 */
public record PurgeTarget(Scope scope, String value) {}
