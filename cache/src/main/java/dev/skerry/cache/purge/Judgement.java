package dev.skerry.cache.purge;

/** What the ledger says about a stored response. */
public enum Judgement {
    /** No purge concerns it. */
    ALIVE,
    /** Stale by a soft purge: may be revalidated, or served where a stale window allows it. */
    SOFT,
    /** Dead by a hard purge: never served, never revalidated, never the base of a merge. */
    HARD
}
