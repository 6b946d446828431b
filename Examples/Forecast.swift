import Myelin

/// The temperature of the sea off Peru a year ahead, from what was measured until now.
///
///     inputs       the last 12 months: how much warmer than usual, and the season as a clock's hand
///     memory       an LSTM reads them, h is its last state
///     prediction   W · dropout(h) + b: how much warmer than usual in each of the next 12 months
///     loss         the mean absolute error
///     update       AdamW, 32 windows at a time
///
/// What it must be compared with costs nothing: the *naive* forecast says that all stays as it is, the
/// *seasonal naive* one that the next year is like the last, the *mean of the month* that it will be
/// as it usually is. A straight line, the *linear* forecast, shows what the LSTM adds.
/// MASE is the error divided by that of the seasonal naive forecast over the training years (Hyndman
/// and Koehler, 2006): below 1 is better than that.
///
/// **What it may know.** Years are parted in time: 1950–1983 to train on, 1984–1993 to validate,
/// 1994–2010 to test. What is usual, and how much departures vary, is taken of the training years
/// alone; a later mean would tell of the future. No window's targets lie in two parts.
///
/// **When it stops.** When the validation error has not fallen for 20 epochs; it goes back to the
/// parameters that had the lowest.
package enum Forecast {
  static let (length, horizon, patience) = (12, 12, 20)

  struct Recurrent: Layer {
    var memory = LSTM(3, 24, batchFirst: true)
    var dropout = Dropout(0.5)
    var output = Linear(24, horizon)

    /// [n, length, 3] → [n, horizon].
    func callAsFunction(_ windows: Tensor) -> Tensor {
      output(dropout(memory(windows).state.hidden[0]))
    }
  }

  struct Training<Network: Layer>: TensorTree {
    var network: Network
    var optimizer = AdamW(learningRate: 0.01, weightDecay: 0.05)
  }

  /// A network as it was when its validation error was lowest.
  struct Trained<Network: Layer> {
    var network: Network
    var error = Double.infinity
    var epoch = 0
    var epochs = 0
    var hasConverged: Bool { epochs - epoch >= patience }
  }

  static func train<Network: Layer>(
    _ network: Network, _ data: SeaTemperatures, seed: UInt64, maximum: Int,
    report: (Int, Double, Double) -> Void = { _, _, _ in }
  ) -> Trained<Network> {
    let step = compile { (state: inout Training<Network>, batch: WindowBatch) -> Tensor in
      let (loss, gradients) = valueAndGradient(of: &state.network) { network in
        mae(network(batch.inputs), batch.targets)
      }
      state.optimizer.update(&state.network, with: gradients)
      return loss
    }
    var state = Training(network: network)
    var best = Trained(network: network)
    let validation = data.validation.all
    while best.epochs < maximum && !best.hasConverged {
      var loss = 0.0
      for batch in data.training.epoch(best.epochs, batchSize: 32, seed: seed) {
        loss += step(&state, batch).item() * Double(batch.count) / Double(data.training.count)
      }
      best.epochs += 1
      let error = mae(state.network(validation.inputs), validation.targets).item()
      if error < best.error {
        (best.network, best.error, best.epoch) = (state.network, error, best.epochs)
      }
      report(best.epochs, loss, error)
    }
    return best
  }

  package static func run(seed: UInt64, maximum: Int) throws -> Outcome {
    let data = SeaTemperatures(try MonthlySeries.elNino())
    var lines = [
      "\(data.training.count) windows to train on, \(data.validation.count) to validate, "
        + "\(data.test.count) to test", "",
      "errors in parts of the spread of the training years", heading("epoch", "loss", "validation"),
    ]
    let line = train(
      withRandomSeed(seed) {
        Sequential {
          Flatten(); Linear(length * 3, horizon)
        }
      }, data,
      seed: seed, maximum: maximum)
    let trained = train(withRandomSeed(seed) { Recurrent() }, data, seed: seed, maximum: maximum) {
      epoch, loss, error in
      if isMilestone(epoch) { lines.append(row(epoch, loss, error)) }
    }
    lines.append("kept the parameters of epoch \(trained.epoch)")

    let inputs = data.test.all.inputs
    let forecast = data.temperatures(trained.network(inputs))
    let rows = [
      ("naive", data.naive), ("seasonal naive", data.seasonalNaive),
      ("mean of the month", data.monthMeans), ("linear", data.temperatures(line.network(inputs))),
      ("LSTM", forecast),
    ]
    lines += ["", "mean absolute error over 1994–2010 in °C, by months ahead"] + data.table(rows)
    lines += ["", "2006–2010, forecast each December: o measured, x LSTM, * both"]
    lines += data.plot(forecast)
    return Outcome(
      criterion: "the validation error has not fallen for \(patience) epochs",
      hasConverged: trained.hasConverged, iterations: trained.epochs, unit: "epochs",
      loss: data.error(forecast), accuracy: nil, lines: lines)
  }
}
