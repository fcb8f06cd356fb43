package dev.skerry.config.node;

/** Which process the settings are for. */
public enum Role {
    /** A cache near the clients. */
    EDGE,
    /** A cache in front of the origins. */
    SHIELD
}
