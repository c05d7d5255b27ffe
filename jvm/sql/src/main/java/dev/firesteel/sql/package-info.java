/**
 * What runs beside Spark's own SQL engine, in a JVM of Spark's jars: starts its Connect service for
 * one driver ({@link dev.firesteel.sql.ConnectServer}), and gives it Arrow files to read and to
 * write ({@link dev.firesteel.sql.ArrowFiles}). Spark's private names are used in {@code
 * SparkConnect}, {@code MlFunctions}, {@code FreezePlugin}, {@code SparkArrow} and {@code
 * SparkMemory} only.
 */
package dev.firesteel.sql;
