/** Site documents: YAML to validated sites, all problems at once. */
@NullMarked
package dev.skerry.config.load;

import org.jspecify.annotations.NullMarked;
