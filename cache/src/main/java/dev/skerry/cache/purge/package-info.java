/** The ledger: which revision killed what. */
@NullMarked
package dev.skerry.cache.purge;

import org.jspecify.annotations.NullMarked;
