import Arrays
import Tensors

/// The part of the labels whose class has the largest score, a float32 number in 0...1; NaN where
/// there is no label. Of equal scores the first counts. No derivative.
///
///     print(accuracy(model(images), labels).item())
///
/// - Parameters:
///   - scores: [C] or [N, C, …], floating point: logits or probabilities.
///   - labels: Class indices, int64, of the scores' shape without the classes' axis.
///   - ignored: A class index, of a class or not, whose places count nothing.
public func accuracy(
  _ scores: Tensor, _ labels: Tensor, ignoring ignored: Int? = nil
) -> Tensor {
  let scores = scores.detached()
  let truth = Labels(labels, for: scores, ignoring: ignored, in: "accuracy")
  let isRight = (scores.argmax(along: truth.axis, keepingAxes: true) .== truth.indices)
    .reshaped(to: labels.shape).to(.float32)
  guard let counted = truth.counted?.to(.float32) else { return isRight.mean() }
  return (isRight * counted).sum() / counted.sum()
}

/// The part of the answers, yes or no, that are right, a float32 number in 0...1; NaN where there is
/// none. An answer is yes where the score is above a threshold. No derivative.
///
/// - Parameters:
///   - scores: Any shape, floating point.
///   - target: 1 for yes and 0 for no, of the same shape and element type.
///   - threshold: 0 unless said otherwise, as logits want it; probabilities want 0.5.
public func binaryAccuracy(_ scores: Tensor, _ target: Tensor, threshold: Double = 0) -> Tensor {
  LossOperands.requireAlike(scores, "scores", target, "target", in: "binaryAccuracy")
  let isYes = scores.detached() .> threshold
  return (isYes .== (target.detached() .> 0.5)).to(.float32).mean()
}
