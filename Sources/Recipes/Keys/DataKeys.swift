extension Form {
  static let dataKeys: [Key] = [
    .required("source", .variant(.source), "Where the examples are."),
    Key("split", .section(splitKeys), "{}", "Which examples are for what."),
    Key(
      "transforms", .list(.variant(.transform), count: 0...100), "[]",
      "What every example goes through, in training, tests and predictions."),
    Key(
      "augmentation", .list(.variant(.transform), count: 0...100), "[]",
      "What examples go through in training alone: before `transforms`, or behind them where it changes "
        + "numbers."),
    Key(
      "padding",
      .section([
        Key("multiple", .integer(1...65_536), "8", "Lengths are rounded up to a multiple of it.")
      ]), nil,
      "For examples whose first axis, the time, differs in length: each is filled up to the longest of "
        + "its batch, and a model reads it to its own end. `texts` do so by themselves."),
    Key(
      "order", .choice(["shuffled", "sequential", "balanced", "by_length"]), "shuffled",
      "The order in training; `balanced` draws every class equally often, `by_length` puts `texts` of "
        + "similar length into one batch."),
    Key(
      "failures", .choice(["stop", "skip"]), "stop",
      "What becomes of an example that cannot be read: it ends the run, or is left out and counted."
    ),
  ]

  static let splitKeys: [Key] = [
    Key("validation", .number(.properFraction), "0", "The part that validation is of."),
    Key(
      "test", .number(.properFraction), "0",
      "The part that the test is of, where the source has no test part of its own."),
    Key(
      "by", .choice(["shuffled", "stratified", "time"]), "stratified",
      "At random; at random with each class's share, where there are classes; or the last ones."),
    Key(
      "folds", .integer(2...1000), nil,
      "The test part is one of so many equal parts, in place of `test`."),
    Key("fold", .integer(0...999), "0", "Which one, from 0."),
    Key(
      "test_where", .map(.list(.text, count: 1...10_000)), nil,
      "The test part is what has one of these values in these columns or parts of names."),
    Key("group", .text, nil, "A column or part of names: what has the same value stays together."),
  ]
}
