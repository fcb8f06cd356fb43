/** Tests of the engine over an upstream that a test scripts. */
@NullMarked
package dev.skerry.cache.engine;

import org.jspecify.annotations.NullMarked;
