extension Form {
  /// A whole recipe.
  package static let recipe = Form.section([
    Key("name", .text, nil, "What the run is called; the file's name unless given."),
    Key("description", .text, nil, "What it is for, in words."),
    .required("data", .section(dataKeys), "What is learned from."),
    .required("model", .variant(.model), "What learns."),
    Key("loss", .variant(.loss), nil, "What is made small; by the targets unless given."),
    Key("optimizer", .variant(.optimizer), "adamw", "How weights move."),
    Key("schedule", .variant(.schedule), "constant", "The learning rate over the run."),
    Key(
      "metrics", .list(.choice(MetricKind.all.map(\.name)), count: 0...20), nil,
      "What is measured beside the loss; by the targets unless given."),
    Key("training", .section(trainingKeys), "{}", "How long, in which batches, with which care."),
    Key("output", .section(outputKeys), "{}", "Where the run is recorded."),
  ])

  static let trainingKeys: [Key] = [
    Key("epochs", .integer(1...1_000_000), nil, "How often each example is seen; 10 unless given."),
    Key("steps", .integer(1...1_000_000_000), nil, "How many updates, in place of epochs."),
    Key("batch_size", .integer(1...1_000_000), "32", "Examples in a batch."),
    Key("drop_last", .flag, "false", "Whether a last, smaller batch is left out."),
    Key(
      "seed", .seed, "1", "Decides initial weights, splits, order, augmentation and dropout."),
    Key(
      "clipping",
      .section([
        Key("norm", .number(.above(0)), nil, "The largest norm of all gradients together."),
        Key("value", .number(.above(0)), nil, "The largest gradient of a single number."),
      ]), nil, "Limits on gradients, of which one may be given."),
    Key(
      "accumulation", .integer(1...100_000), "1", "Batches whose gradients make one step together."),
    Key(
      "averaging",
      .either([
        .flag,
        .section([
          Key("decay", .number(.fraction), "0.999", "The part of the average that stays."),
          Key("warmup", .flag, "true", "Whether the first steps weigh more."),
        ]),
      ]), "false", "A running average of the weights, which is validated and kept."),
    Key(
      "precision", .choice(["float32", "bfloat16", "float16"]), "float32",
      "Numbers of the forward and backward pass; weights stay float32."),
    Key(
      "validate_every", .integer(1...1_000_000), "1", "Epochs between validations."),
    Key("log_every", .integer(1...1_000_000), "50", "Steps between lines of the log."),
    Key("best", .text, nil, "The value by which the best model is kept; the first metric or loss."),
    Key(
      "early_stopping",
      .either([
        .flag,
        .section([
          Key("patience", .integer(1...100_000), "5", "How many validations may be no better."),
          Key("threshold", .number(.from(0)), "0", "By how much a value must be better."),
          Key("metric", .text, nil, "What is looked at; that of `best` unless given."),
        ]),
      ]), "false", "Ends training when it has stopped to improve."),
    Key(
      "time_limit", .number(.init(lower: 0, upper: 1e8, includesLower: false)), nil,
      "Seconds after which the run saves and ends."),
    Key("compiled", .flag, "true", "Whether steps are compiled."),
    Key(
      "workers", .integer(0...256), nil, "Threads that load; as many as processors unless given."),
  ]

  static let outputKeys: [Key] = [
    Key("folder", .text, "runs", "Where the runs' folders are."),
    Key("report", .flag, "true", "Whether report.html is written."),
    Key("tensorboard", .flag, "true", "Whether TensorBoard's event files are written."),
    Key(
      "digests_every", .integer(1...1_000_000), nil,
      "Steps between digests of all tensors, by which `myelin diverge` finds the first that differs."
    ),
    Key("checkpoint_every", .integer(1...1_000_000), "1", "Epochs between checkpoints."),
  ]
}
