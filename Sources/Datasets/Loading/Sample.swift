import Arrays
import Tensors

/// One example as a model sees it.
public struct Sample: Sendable {
  /// What the model is given, of any shape and element type.
  public var input: Tensor
  /// What it should make of it: a class as a single int64, numbers or probabilities in floating
  /// point, or tokens in int64.
  public var target: Tensor

  /// An input and its target.
  public init(_ input: Tensor, target: Tensor) {
    self.input = input
    self.target = target
  }

  /// An input and its class.
  public init(_ input: Tensor, label: Int) { self.init(input, target: Tensor(label)) }

  /// An input and the number that is to be predicted, as float32.
  public init(_ input: Tensor, number: Double) { self.init(input, target: Tensor(Float(number))) }
}

/// Something, a picture or a sound, with the number of its class.
public struct Labelled<Value: Sendable>: Sendable {
  /// What is to be classified.
  public var value: Value
  /// Its class, 0 ..< the number of classes.
  public var label: Int

  /// A value and its class.
  public init(_ value: Value, label: Int) {
    self.value = value
    self.label = label
  }
}

extension Labelled where Value == Image {
  /// The picture.
  public var image: Image { value }
}

extension Labelled where Value == Waveform {
  /// The sound.
  public var waveform: Waveform { value }
}

extension Labelled: Hashable where Value: Hashable {}
extension Labelled: Equatable where Value: Equatable {}
