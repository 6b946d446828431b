import Arrays
import Tensors

/// Class indices beside scores: [C] with a single label, or [N, C, …] with labels [N, …].
struct Labels {
  /// The axis of the scores along which classes lie.
  let axis: Int
  /// The indices, 0 in the place of ignored ones, with an axis of length 1 for the classes.
  let indices: Tensor
  /// 1 for labels that count and 0 for ignored ones, in the scores' element type; nil where none is
  /// ignored.
  let counted: Tensor?
  private let shape: Shape

  /// Checks labels against scores; stops where they do not fit or name a class that is not there.
  init(_ labels: Tensor, for scores: Tensor, ignoring ignored: Int?, in loss: String) {
    axis = Labels.classAxis(of: scores, in: loss)
    shape = labels.shape
    Labels.checkShape(labels, for: scores, axis: axis, in: loss)
    let classes = scores.shape[axis]
    var lengths = shape.lengths
    lengths.insert(1, at: axis)
    if labels.isTraced {
      let check = IndexCheck(length: classes, operation: loss, kind: .label(ignored: ignored))
      indices = check.settledWhenRun(labels).reshaped(to: Shape(lengths))
      counted = ignored.map { (labels .!= Double($0)).to(scores.dataType) }
      return
    }
    let values = labels.scalars(as: Int.self)
    var hasIgnored = false
    for (place, label) in values.enumerated() {
      if label == ignored {
        hasIgnored = true
      } else if label < 0 || label >= classes {
        stop("\(loss): label \(label) at place \(place) is none of the \(classes) classes")
      }
    }
    guard hasIgnored else {
      indices = labels.reshaped(to: Shape(lengths))
      counted = nil
      return
    }
    indices = Tensor(values.map { $0 == ignored ? 0 : $0 }, shape: Shape(lengths))
    let ones = values.map { $0 == ignored ? 0 : 1 as Float }
    counted = Tensor(ones, shape: shape).to(scores.dataType)
  }

  private static func checkShape(
    _ labels: Tensor, for scores: Tensor, axis: Int, in loss: String
  ) {
    if labels.dataType != .int64 {
      stop(
        "\(loss): class indices must be int64, found \(labels.dataType); convert with to(.int64)")
    }
    var lengths = scores.shape.lengths
    lengths.remove(at: axis)
    if labels.shape.lengths != lengths {
      stop(
        "\(loss): labels \(labels.shape) do not fit scores \(scores.shape): class indices of shape "
          + "\(Shape(lengths)) do")
    }
  }

  /// The axis of the classes: the only one of [C], the second of [N, C, …].
  static func classAxis(of scores: Tensor, in loss: String) -> Int {
    LossOperands.requireFloatingPoint(scores, "the scores", in: loss)
    if scores.rank == 0 { stop("\(loss): the scores have no axis of classes; [C] or [N, C, …] do") }
    return scores.rank == 1 ? 0 : 1
  }

  /// The scores of the labels' classes, of the labels' shape; 0 for ignored labels, whose scores
  /// may be anything.
  func pick(from scores: Tensor) -> Tensor {
    let picked = apply(TakeAlongAxisPrimitive(axis: axis), [scores, indices]).reshaped(to: shape)
    return counted.map { `where`($0 .> 0, picked, 0) } ?? picked
  }

  /// Where each label's class lies among the scores, as bool.
  func mask(of scores: Tensor) -> Tensor {
    let numbers = Tensor.range(0..<scores.shape[axis])
    return Labels.aligned(numbers, to: scores, axis: axis) .== indices
  }

  /// What each place weighs: the weight of its class, 0 where it is ignored; nil where all weigh 1.
  func weights(_ classWeights: Tensor?) -> Tensor? {
    guard let classWeights else { return counted }
    let flat = indices.reshaped(to: shape)
    let weights = apply(TakePrimitive(axis: 0), [classWeights, flat])
    return counted.map { weights * $0 } ?? weights
  }

  /// Stops where class weights are not one number a class.
  static func check(
    _ classWeights: Tensor?, for scores: Tensor, axis: Int, in loss: String
  ) {
    guard let classWeights else { return }
    LossOperands.requireType(of: scores, classWeights, "weights", in: loss)
    if classWeights.shape.lengths != [scores.shape[axis]] {
      stop(
        "\(loss): weights \(classWeights.shape) do not fit \(scores.shape[axis]) classes: "
          + "[\(scores.shape[axis])] do")
    }
  }

  /// Class weights as a shape that broadcasts to that of the scores.
  static func aligned(_ classWeights: Tensor, to scores: Tensor, axis: Int) -> Tensor {
    classWeights.reshaped(
      to: Shape([classWeights.count] + Array(repeating: 1, count: scores.rank - axis - 1)))
  }
}
