import Myelin

func trainingWithReports(
  _ model: Linear, _ objective: Objective<Linear, SampleBatch>, _ options: TrainerOptions,
  _ training: any BatchSource<SampleBatch>, _ validation: any BatchSource<SampleBatch>,
  _ folder: RunFolder
) throws -> TrainingEnding {
  // snippet: training with reports
  var trainer = Trainer(
    model: model, optimizer: AdamW(learningRate: 1e-3), objective: objective,
    metrics: [Accuracy()], options: options)
  let ending = try trainer.run(
    on: training, validation: validation, in: folder, record: RunRecord(seed: 1),
    callbacks: [
      DiagnosisCallback(objective, interval: 500),
      TensorBoardCallback(in: folder),
      ReportCallback(in: folder),
    ])
  // end
  return ending
}

func reportingAnEvaluation(
  _ model: Linear, _ batches: [SampleBatch], _ tested: Evaluation, _ names: [String],
  _ folder: RunFolder
) throws {
  // snippet: reporting an evaluation
  var ranking = ExampleRanking(keeping: 12)
  for batch in batches { ranking.add(model(batch.inputs), batch.targets) }
  let evaluation = ReportEvaluation(
    dataName: "test", values: tested.values, confusion: tested.confusionMatrix,
    classNames: names,
    worst: ranking.worst.map { entry in
      .init(
        actual: names[entry.actual], predicted: names[entry.predicted],
        probability: entry.probability, loss: entry.loss, caption: "test \(entry.place)")
    })
  try Report.write(for: folder, evaluation: evaluation)
  // end
}

func checkingBeforeTraining(
  _ model: Linear, _ batches: [SampleBatch], _ objective: Objective<Linear, SampleBatch>
) {
  // snippet: checking before training
  var data = DataCheck(classCount: 10)
  for batch in batches { data.add(batch.inputs, batch.targets) }
  let check = ModelCheck(
    model, AdamW(learningRate: 1e-3), batches[0], objective, data: data, lossInput: .logits)
  print(check)
  for finding in check.findings where finding.severity == .error { print(finding.advice) }
  // end
}

func findingTheOriginOfNaN(
  _ model: Linear, _ batch: SampleBatch, _ objective: Objective<Linear, SampleBatch>
) {
  // snippet: finding the origin of NaN
  if let origin = NonFiniteOrigin(model, batch, objective) { print(origin) }
  // end
}

func comparingRuns() throws {
  // snippet: comparing runs
  let comparison = try RunComparison(RunComparison.folders(in: "runs"))
  print(comparison.table)
  try comparison.write(to: "runs/index.html")
  // end
}

func findingWhereRunsPart() throws {
  // snippet: finding where runs part
  if let divergence = try Divergence.between(RunFolder("runs/a"), RunFolder("runs/b")) {
    print(divergence)
  }
  // end
}
