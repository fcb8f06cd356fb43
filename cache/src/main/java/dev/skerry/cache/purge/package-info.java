/**
 * The ledger: which revision killed what. A purge costs one record whatever it kills; a stored
 * response is judged when it is looked up. The rules are named after their numbers in the purge
 * protocol.
 */
@NullMarked
package dev.skerry.cache.purge;

import org.jspecify.annotations.NullMarked;
